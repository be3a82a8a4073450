/// The type `nsq` against a server that speaks as nsqd and nsqlookupd do.
@NullMarked
package tiphys.connectors.nsq;

import org.jspecify.annotations.NullMarked;
