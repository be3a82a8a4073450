/// Tests of hooks at those who send.
@NullMarked
package tiphys.events.hook;

import org.jspecify.annotations.NullMarked;
