/// Service Bus by Microsoft's client, against a double that speaks as Azure does.
@NullMarked
package tiphys.azure;

import org.jspecify.annotations.NullMarked;
