#pragma once
// The nodes without state: Affine, Linear, Scale, Conv1d, Conv2d, Pool2d, Flatten, Threshold.
// Spikes are sparse: matrices and kernels visit the non-zero inputs only.

#include "sim/golden/float/process.hpp"

namespace spikeloom::golden {

/// out = weight * in + bias; `weight` is (..., out, in), an empty `bias` is none.
template <typename Real>
std::unique_ptr<Process<Real>> make_matrix(const Tensor& weight,
                                           const Tensor& bias,
                                           const ProcessSite& site);

template <typename Real>
std::unique_ptr<Process<Real>> make_process(const node::Scale& scale, const ProcessSite& site);
template <typename Real>
std::unique_ptr<Process<Real>> make_process(const node::Conv1d& conv, const ProcessSite& site);
template <typename Real>
std::unique_ptr<Process<Real>> make_process(const node::Conv2d& conv, const ProcessSite& site);
/// An average counts the padding as elements of value 0, as PyTorch's default does.
template <typename Real>
std::unique_ptr<Process<Real>> make_process(const node::Pool2d& pool, const ProcessSite& site);
template <typename Real>
std::unique_ptr<Process<Real>> make_process(const node::Flatten& flatten, const ProcessSite& site);
/// A spike where the input passes the threshold by the semantics' comparison.
template <typename Real>
std::unique_ptr<Process<Real>> make_process(const node::Threshold& threshold,
                                            const ProcessSite& site);

}  // namespace spikeloom::golden
