/// The objects of a cluster as a service account may read and change them, and the types that there are. Begin with [ClusterObjects].
@NullMarked
package tiphys.kubernetes.access;

import org.jspecify.annotations.NullMarked;
