/// Event sources that look at a directory of HDFS, over WebHDFS. Read [tiphys.connectors.hdfs.HdfsKind] first.
@NullMarked
package tiphys.connectors.hdfs;

import org.jspecify.annotations.NullMarked;
