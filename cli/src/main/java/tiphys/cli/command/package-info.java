/// What every command stands on: its form, its arguments, its session.
@NullMarked
package tiphys.cli.command;

import org.jspecify.annotations.NullMarked;
