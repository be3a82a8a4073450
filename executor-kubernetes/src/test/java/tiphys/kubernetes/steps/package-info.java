/// Tests of steps that are pods.
@NullMarked
package tiphys.kubernetes.steps;

import org.jspecify.annotations.NullMarked;
