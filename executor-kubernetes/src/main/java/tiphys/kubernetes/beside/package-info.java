/// What Workflows ask of a cluster beside their pods, made and removed as Argo's controller does. Begin with [DisruptionBudgets].
@NullMarked
package tiphys.kubernetes.beside;

import org.jspecify.annotations.NullMarked;
