/// One class for each command.
@NullMarked
package tiphys.cli.commands;

import org.jspecify.annotations.NullMarked;
