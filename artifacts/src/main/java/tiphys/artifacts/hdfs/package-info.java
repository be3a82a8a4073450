/// Files of HDFS, by its REST API. Start at [tiphys.artifacts.hdfs.HdfsDriver].
@NullMarked
package tiphys.artifacts.hdfs;

import org.jspecify.annotations.NullMarked;
