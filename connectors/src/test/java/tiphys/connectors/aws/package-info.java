/// Tests of event sources of AWS against ElasticMQ, which does as SQS, and moto, which checks signatures.
@NullMarked
package tiphys.connectors.aws;

import org.jspecify.annotations.NullMarked;
