/// What pod a step is. Begin with [Pods].
@NullMarked
package tiphys.kubernetes.pod;

import org.jspecify.annotations.NullMarked;
