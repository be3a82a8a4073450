/// Azure Queue Storage, against Azurite.
@NullMarked
package tiphys.connectors.azure;

import org.jspecify.annotations.NullMarked;
