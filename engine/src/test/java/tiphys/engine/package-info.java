/// Contracts and fakes of the engine's ports.
@NullMarked
package tiphys.engine;

import org.jspecify.annotations.NullMarked;
