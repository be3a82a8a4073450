/// Event sources that look at a directory of an SFTP server. Read [SftpKind] first; nothing of the client is loaded before a source starts.
@NullMarked
package tiphys.sftp;

import org.jspecify.annotations.NullMarked;
