/// Who of several controllers acts: one at a time, by a lease in the cluster. Begin with [Leadership].
@NullMarked
package tiphys.kubernetes.lease;

import org.jspecify.annotations.NullMarked;
