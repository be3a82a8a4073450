/// Which executor runs a step: a process of this machine, or a container. Start at [tiphys.container.choice.ChoosingExecutor].
@NullMarked
package tiphys.container.choice;

import org.jspecify.annotations.NullMarked;
