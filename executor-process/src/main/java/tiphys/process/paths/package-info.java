/// Where the files are that a template names: each attempt's own directories, its volumes, and the root that it sees instead of the
/// host's. Read [tiphys.process.paths.AttemptFiles] first, then [tiphys.process.paths.PrivateRoot].
@NullMarked
package tiphys.process.paths;

import org.jspecify.annotations.NullMarked;
