/// What Argo Events says over gRPC: event sources of type `generic`, and triggers of type `custom`. Read [GenericKind] and [CustomTrigger];
/// nothing of the client is loaded before something starts or fires.
@NullMarked
package tiphys.grpc;

import org.jspecify.annotations.NullMarked;
