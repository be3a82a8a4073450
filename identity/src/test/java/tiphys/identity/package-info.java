/// Tests of event sources of Google Cloud against its emulator.
@NullMarked
package tiphys.connectors.gcp;

import org.jspecify.annotations.NullMarked;
