/// A real API server for tests, and a kubelet of the tests whose containers are processes of this machine.
@NullMarked
package tiphys.kubernetes.cluster;

import org.jspecify.annotations.NullMarked;
