/// Tests of the commands against a server made of canned answers.
@NullMarked
package tiphys.cli;

import org.jspecify.annotations.NullMarked;
