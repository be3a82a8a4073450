/// Tests of the pods that steps become.
@NullMarked
package tiphys.kubernetes.pod;

import org.jspecify.annotations.NullMarked;
