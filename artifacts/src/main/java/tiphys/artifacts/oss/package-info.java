/// Buckets of Alibaba's object store. Start at [tiphys.artifacts.oss.OssBucket].
@NullMarked
package tiphys.artifacts.oss;

import org.jspecify.annotations.NullMarked;
