/// Runs steps as pods: makes them, follows them, says how they ended. Begin with [KubernetesExecutor].
@NullMarked
package tiphys.kubernetes.steps;

import org.jspecify.annotations.NullMarked;
