/// Event sources that keep a line to a server elsewhere and hear from it. Read [LineSource] first, then a [Line] such as those of
/// `redis`.
@NullMarked
package tiphys.connectors.line;

import org.jspecify.annotations.NullMarked;
