/// The NATS source against a real server.
@NullMarked
package tiphys.nats;

import org.jspecify.annotations.NullMarked;
