/// Event sources that read a channel of NSQ. Read [tiphys.connectors.nsq.NsqLine] first.
@NullMarked
package tiphys.connectors.nsq;

import org.jspecify.annotations.NullMarked;
