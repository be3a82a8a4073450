/// Tests of what lines to servers share.
@NullMarked
package tiphys.connectors.line;

import org.jspecify.annotations.NullMarked;
