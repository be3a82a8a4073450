/// TLS as a client does it, with certificates and keys in PEM: [tiphys.connectors.tls.Certificates].
@NullMarked
package tiphys.connectors.tls;

import org.jspecify.annotations.NullMarked;
