/// Tests of how a cluster is asked.
@NullMarked
package tiphys.kubernetes.client;

import org.jspecify.annotations.NullMarked;
