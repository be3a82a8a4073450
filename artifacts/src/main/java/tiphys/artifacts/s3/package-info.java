/// Buckets of S3 and of all that speak as it does. Start at [tiphys.artifacts.s3.S3Bucket].
@NullMarked
package tiphys.artifacts.s3;

import org.jspecify.annotations.NullMarked;
