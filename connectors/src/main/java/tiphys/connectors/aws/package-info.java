/// Event sources of AWS: the queues of SQS; and the subscriptions that event sources of SNS ask for. Requests are signed by [Signer] and made over the JDK's HTTP client. Read [SqsLine] first.
@NullMarked
package tiphys.connectors.aws;

import org.jspecify.annotations.NullMarked;
