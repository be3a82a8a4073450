/// The server's own certificate authority and what is signed by it. Start at [tiphys.server.tls.Certificates].
@NullMarked
package tiphys.server.tls;

import org.jspecify.annotations.NullMarked;
