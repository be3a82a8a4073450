/// The objects of a cluster, kept here as they are there, and the status of Workflows, written there as it is here. Begin with
/// [Mirror].
@NullMarked
package tiphys.kubernetes.mirror;

import org.jspecify.annotations.NullMarked;
