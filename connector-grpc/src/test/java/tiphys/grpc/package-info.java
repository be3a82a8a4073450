/// Event sources and triggers over gRPC, against a gRPC server of this process.
@NullMarked
package tiphys.grpc;

import org.jspecify.annotations.NullMarked;
