/// The type `sftp` against Apache MINA's server, and against OpenSSH's where it is there.
@NullMarked
package tiphys.sftp;

import org.jspecify.annotations.NullMarked;
