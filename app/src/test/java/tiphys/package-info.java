/// What is true of the whole house.
@NullMarked
package tiphys;

import org.jspecify.annotations.NullMarked;
