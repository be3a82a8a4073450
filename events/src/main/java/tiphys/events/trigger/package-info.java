/// One trigger's stream: what it holds, what it decided, and the codecs of its facts.
@NullMarked
package tiphys.events.trigger;

import org.jspecify.annotations.NullMarked;
