#pragma once
// Named ways from numbers to input events. All randomness is a pure function of (seed, encoder,
// sample, element, step): the same numbers in every engine and in any order.

#include <memory>
#include <string>
#include <vector>

#include "models/base/random.hpp"
#include "models/base/units.hpp"
#include "models/inputs/frames.hpp"
#include "models/inputs/step_grid.hpp"
#include "models/network/recording.hpp"

namespace spikeloom {

enum class EncoderName { Constant, Bernoulli, Poisson, Latency, Delta };
enum class LatencyCode { Log, Linear };
/// What a fall of a value by the threshold becomes.
enum class OffSpikes {
  None,      ///< nothing
  Negative,  ///< a spike of value -1
  Channel,   ///< a spike of an element of its own: the input has twice the elements, OFF first
};

/// x is a value of the data, times its scale. Fields of other encoders are ignored.
struct EncoderSpec {
  EncoderName name = EncoderName::Constant;
  double gain = 1, offset = 0;  ///< constant, bernoulli: x * gain + offset
  Hertz max_rate{0};            ///< poisson: rate of x = 1
  LatencyCode code = LatencyCode::Log;
  double tau_steps = 1;
  double threshold = 0.01;  ///< latency: of x; delta: of a change of x
  bool normalize = false;   ///< latency: the dimmest spikes in the last step
  bool clip = false;        ///< latency: below the threshold no spike
  OffSpikes off_spikes = OffSpikes::None;
  bool padding = false;  ///< delta: the first frame is compared with itself, not with 0
};

/// The shape of the frames that drive an input of shape `input`: half of it where OFF spikes have
/// elements of their own; nullopt if there is no such half.
std::optional<Shape> frame_shape(const EncoderSpec& encoder, const Shape& input);

/// Events of all samples, made when asked for:
///   constant   x * gain + offset in each step, where that is not 0
///   bernoulli  a spike with probability x * gain + offset in each step
///   poisson    in each step a count of mean x * max_rate * dt
///   latency    one spike, in step round(t), half to even; none where that is after the last step.
///              log: t = tau ln(y / (y - threshold)), y = max(x, threshold + 1e-7); normalized,
///              t (steps - 1) / ln(1e7 threshold + 1) tau; linear: t = min(1 - x, 1 - threshold) *
///              tau, normalized with tau = steps - 1. These are the formulas of
///              snntorch.spikegen.latency (snnTorch 0.9), whose log code normalizes by the dimmest
///              value of a batch: the same where one is at or below the threshold.
///   delta      a spike where x rises by at least the threshold from one frame to the next, as
///              snntorch.spikegen.delta; falls are `off_spikes`
/// Refuses, as an error of `file` at sample and element, values that the encoder does not take.
InputData encode(Frames frames,
                 std::vector<SampleLabel> labels,
                 const EncoderSpec& encoder,
                 const StepGrid& grid,
                 Seed seed,
                 const std::string& file);

}  // namespace spikeloom
