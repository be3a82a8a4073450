/// Tests of how certificates and keys are read.
@NullMarked
package tiphys.connectors.tls;

import org.jspecify.annotations.NullMarked;
