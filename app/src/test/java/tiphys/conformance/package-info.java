/// Given manifests, run here and compared with what a real controller made of them.
@org.jspecify.annotations.NullMarked
package tiphys.conformance;
