/// Tests of the lease.
@NullMarked
package tiphys.kubernetes.lease;

import org.jspecify.annotations.NullMarked;
