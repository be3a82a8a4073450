/// Event sources of AWS: the queues of SQS. Requests are signed by [Signer] and made over the JDK's HTTP client. Read [SqsLine] first.
@NullMarked
package tiphys.connectors.aws;

import org.jspecify.annotations.NullMarked;
