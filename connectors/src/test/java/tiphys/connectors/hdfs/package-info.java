/// The type `hdfs` against a server that speaks WebHDFS.
@NullMarked
package tiphys.connectors.hdfs;

import org.jspecify.annotations.NullMarked;
