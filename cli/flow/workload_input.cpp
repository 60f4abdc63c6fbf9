#include "cli/flow/workload_input.hpp"

#include "models/base/error.hpp"
#include "models/inputs/event_recordings.hpp"
#include "models/inputs/images.hpp"
#include "models/inputs/readers.hpp"

namespace spikeloom {
namespace {

constexpr std::size_t kPolarities = 2;

class WorkloadInput {
 public:
  WorkloadInput(const Experiment& experiment, const Shape& input)
      : experiment_(experiment),
        spec_(*experiment.input),
        input_(input),
        grid_{experiment.network.dt, experiment.steps, spec_.late_events} {}

  InputData read() const {
    switch (spec_.format) {
      case InputFormat::Nmnist:
        return read_nmnist();
      case InputFormat::Shd:
        return read_shd(spec_.events, volume_of(input_), grid_, spec_.samples);
      case InputFormat::Csv:
        return spec_.encoder ? read_encoded_csv()
                             : read_csv(spec_.events, spec_.column, volume_of(input_), grid_.steps);
      case InputFormat::SpikeTimes:
        return read_spike_times(spec_.events, time_unit(), volume_of(input_), grid_, spec_.samples);
      case InputFormat::Images:
        break;
    }
    return read_images(
        {spec_.events, spec_.labels, spec_.label_column, spec_.axes, spec_.scale, spec_.samples},
        *spec_.encoder,
        input_,
        grid_,
        experiment_.seed);
  }

 private:
  InputData read_nmnist() const {
    const EventFrame frame = event_frame();
    if (!spec_.list.empty())
      return read_event_list(spec_.list, spec_.events, frame, grid_, spec_.samples);
    InputData data;
    data.add(read_event_recording(spec_.events, frame, grid_));
    return data;
  }

  EventFrame event_frame() const {
    if (input_.size() == 3 && input_[0] == kPolarities) {
      check_extent("height", spec_.height, input_[1]);
      check_extent("width", spec_.width, input_[2]);
      return {input_[1], input_[2]};
    }
    if (input_.size() != 1)
      fail("format",
           "nmnist drives inputs of shape (2, height, width), or flat ones of 2 * height * width; "
           "the network's has " +
               to_string(input_));
    if (!spec_.height || !spec_.width)
      fail(spec_.height ? "width" : "height",
           "required field is missing: the network's input is flat, " + to_string(input_));
    if (kPolarities * *spec_.height * *spec_.width != input_[0])
      fail("height",
           "frames of 2 x " + std::to_string(*spec_.height) + " x " + std::to_string(*spec_.width) +
               " do not fill the network's input of shape " + to_string(input_));
    return {*spec_.height, *spec_.width};
  }

  void check_extent(const std::string& field,
                    const std::optional<std::size_t>& given,
                    std::size_t extent) const {
    if (given.value_or(extent) != extent)
      fail(field,
           "is " + std::to_string(*given) + ", the network's input has shape " + to_string(input_));
  }

  InputData read_encoded_csv() const {
    const auto frame = frame_shape(*spec_.encoder, input_);
    if (!frame)
      fail("encoder/off_spikes",
           "channel needs an input with a first axis of 2, or an even number of elements; the "
           "network's has shape " +
               to_string(input_));
    const std::size_t units = volume_of(*frame);
    const InputData currents = read_csv(spec_.events, spec_.column, units, grid_.steps);
    return encode_currents(currents, units, *spec_.encoder, grid_, experiment_.seed, spec_.events);
  }

  Seconds time_unit() const {
    switch (spec_.time_unit) {
      case TimeUnit::Millisecond:
        return Seconds(1e-3);
      case TimeUnit::Microsecond:
        return Seconds(1e-6);
      case TimeUnit::Second:
        break;
    }
    return Seconds(1);
  }

  [[noreturn]] void fail(const std::string& field, const std::string& sentence) const {
    throw InputError(experiment_.file, "/input/" + field, sentence);
  }

  const Experiment& experiment_;
  const InputSpec& spec_;
  const Shape& input_;
  StepGrid grid_;
};

}  // namespace

InputData read_workload_input(const Experiment& experiment, const Shape& input) {
  return WorkloadInput(experiment, input).read();
}

}  // namespace spikeloom
