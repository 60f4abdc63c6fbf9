#include "models/inputs/images.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "models/base/error.hpp"
#include "models/base/text.hpp"
#include "models/inputs/csv_lines.hpp"

namespace spikeloom {
namespace {

constexpr std::size_t kMostTextValues = std::size_t{1} << 26;
constexpr std::uint32_t kHighestLabel = 0xFFFFFFFE;

enum class FileKind { Idx, Npy, Csv };

FileKind kind_of(ByteSource& source) {
  const std::string_view start = source.peek(2);
  if (start.empty()) throw InputError(source.file(), "", "is empty");
  if (start[0] == '\x93') return FileKind::Npy;
  return start == std::string_view("\0\0", 2) ? FileKind::Idx : FileKind::Csv;
}

ArrayHeader header_of(FileKind kind, ByteSource& source) {
  return kind == FileKind::Idx ? read_idx_header(source) : read_npy_header(source);
}

/// Numbers that were not in a file as bytes.
NumberArray array_of(const std::vector<double>& values, Shape shape) {
  NumberArray array;
  array.header = {
      std::move(shape), NumberType::F64, std::endian::native == std::endian::big, false};
  array.bytes.resize(values.size() * sizeof(double));
  std::memcpy(array.bytes.data(), values.data(), array.bytes.size());
  return array;
}

void refuse_missing(const std::string& file, std::size_t available, std::size_t count) {
  if (count > available)
    throw InputError(file,
                     "",
                     "has " + std::to_string(available) + " samples, but " + std::to_string(count) +
                         " were asked for");
}

/// Rows of numbers, with or without a column of labels.
class RowReader {
 public:
  RowReader(ByteSource source, LabelColumn label_column)
      : lines_(std::move(source)), label_column_(label_column) {}

  /// Up to `count` rows (0: all).
  void read(std::size_t count) {
    if (!lines_.next()) throw InputError(lines_.file(), "", "has no rows of numbers");
    if (lines_.is_header())
      lines_.take_names();
    else
      lines_.repeat();
    while ((count == 0 || labels_.size() < count) && lines_.next()) add_row();
    if (labels_.empty()) throw InputError(lines_.file(), "", "has no rows of numbers");
    refuse_missing(lines_.file(), labels_.size(), count);
  }

  const std::vector<SampleLabel>& labels() const { return labels_; }
  NumberArray array() const { return array_of(values_, {labels_.size(), width_}); }

 private:
  void add_row() {
    const std::size_t columns = lines_.fields().size();
    const bool labelled = label_column_ != LabelColumn::None;
    const std::size_t label = label_column_ == LabelColumn::First ? 0 : columns - 1;
    width_ = columns - (labelled ? 1 : 0);
    if (width_ == 0) lines_.fail("has a label and no values");
    labels_.push_back(labelled ? SampleLabel(lines_.whole_number(label, kHighestLabel))
                               : std::nullopt);
    if (values_.size() + width_ > kMostTextValues)
      lines_.fail("more than " + std::to_string(kMostTextValues) +
                  " values are not read: ask for fewer \"samples\"");
    for (std::size_t column = 0; column < columns; ++column)
      if (!labelled || column != label) values_.push_back(lines_.number(column));
  }

  CsvLines lines_;
  LabelColumn label_column_;
  std::size_t width_ = 0;  ///< values of a row
  std::vector<SampleLabel> labels_;
  std::vector<double> values_;
};

/// What a file of images gave.
struct Images {
  Frames frames;
  std::vector<SampleLabel> labels;       ///< one for each image asked for
  std::optional<std::size_t> available;  ///< images in the file, if all of them were counted
};

std::size_t samples_asked_for(const std::string& file, std::size_t available, std::size_t count) {
  refuse_missing(file, available, count);
  return count == 0 ? available : count;
}

/// The leading values that hold `samples` samples: all, if these do not come first.
std::size_t values_of(const ArrayHeader& header, const FrameLayout& layout, std::size_t samples) {
  const bool samples_come_first = layout.sample_stride * layout.samples == volume_of(header.shape);
  return samples_come_first ? samples * layout.sample_stride : volume_of(header.shape);
}

Images read_array_images(FileKind kind,
                         ByteSource source,
                         const ImageSource& wanted,
                         const Shape& shape) {
  if (wanted.label_column != LabelColumn::None)
    throw InputError(source.file(), "", "is no CSV, so \"label_column\" does not apply");
  const ArrayHeader header = header_of(kind, source);
  FrameLayout layout = layout_of(header, wanted.axes, shape, source.file());
  const std::size_t samples = samples_asked_for(source.file(), layout.samples, wanted.count);
  const std::size_t available = layout.samples;
  const bool is_bytes = kind == FileKind::Idx && header.type == NumberType::U8;
  NumberArray array = read_values(source, header, values_of(header, layout, samples));
  const double scale = wanted.scale.value_or(is_bytes ? 1.0 / 255 : 1.0);
  return {
      {std::move(array), std::move(layout), scale}, std::vector<SampleLabel>(samples), available};
}

Images read_row_images(ByteSource source, const ImageSource& wanted, const Shape& shape) {
  const std::string file = source.file();
  RowReader rows(std::move(source), wanted.label_column);
  rows.read(wanted.count);
  NumberArray array = rows.array();
  const Shape row = {array.header.shape[1]};
  if (!wanted.axes.empty())
    throw InputError(file, "", "is CSV, an image a row: \"axes\" does not apply");
  if (row[0] != volume_of(shape))
    throw InputError(file,
                     "",
                     "has " + std::to_string(row[0]) + " values a row, the network's input " +
                         std::to_string(volume_of(shape)));
  FrameLayout layout = layout_of({row, NumberType::F64}, "", {row}, file);
  layout.samples = rows.labels().size();
  layout.sample_stride = row[0];
  const std::optional<std::size_t> available =
      wanted.count == 0 ? std::optional(layout.samples) : std::nullopt;
  return {
      {std::move(array), std::move(layout), wanted.scale.value_or(1)}, rows.labels(), available};
}

/// The labels of the first `count` images.
std::vector<SampleLabel> read_label_array(FileKind kind, ByteSource& source, std::size_t count) {
  const ArrayHeader header = header_of(kind, source);
  if (header.shape.size() != 1)
    source.fail(0, "has shape " + to_string(header.shape) + ", labels are a list");
  const std::uint64_t start = source.offset();
  const NumberArray array = read_values(source, header, header.shape[0]);
  std::vector<SampleLabel> labels;
  for (std::size_t i = 0; i < std::min(count, array.size()); ++i) {
    const double value = array.at(i);
    if (!(value >= 0 && value <= kHighestLabel) || value != std::floor(value))
      source.fail(start + i * bytes_of(header.type),
                  "label " + number_text(value) + " is not a whole number from 0 to " +
                      std::to_string(kHighestLabel));
    labels.emplace_back(static_cast<std::uint32_t>(value));
  }
  labels.resize(array.size());
  return labels;
}

std::vector<SampleLabel> read_label_rows(ByteSource source) {
  CsvLines lines(std::move(source));
  std::vector<SampleLabel> labels;
  for (bool first = true; lines.next(); first = false) {
    if (lines.fields().size() != 1) lines.fail("has several columns, labels are a list");
    if (!first || !lines.is_header()) labels.emplace_back(lines.whole_number(0, kHighestLabel));
    if (labels.size() > kMostTextValues)
      lines.fail("more than " + std::to_string(kMostTextValues) + " labels are not read");
  }
  return labels;
}

void read_labels(const std::string& path, Images& images) {
  ByteSource source(path);
  const FileKind kind = kind_of(source);
  const std::size_t count = images.labels.size();
  std::vector<SampleLabel> labels = kind == FileKind::Csv ? read_label_rows(std::move(source))
                                                          : read_label_array(kind, source, count);
  if (labels.size() < count || images.available.value_or(labels.size()) != labels.size())
    throw InputError(path,
                     "",
                     "has " + std::to_string(labels.size()) + " labels for " +
                         std::to_string(images.available.value_or(count)) + " images");
  labels.resize(count);
  images.labels = std::move(labels);
}

Shape shape_of_frames(const EncoderSpec& encoder, const Shape& input, const std::string& file) {
  if (auto shape = frame_shape(encoder, input)) return *shape;
  throw InputError(file,
                   "",
                   "cannot drive an input of shape " + to_string(input) +
                       ": OFF and ON spikes of a channel each need a first axis of 2, or an even "
                       "number of elements");
}

}  // namespace

InputData read_images(const ImageSource& source,
                      const EncoderSpec& encoder,
                      const Shape& input,
                      const StepGrid& grid,
                      Seed seed) {
  const Shape shape = shape_of_frames(encoder, input, source.images);
  ByteSource file(source.images);
  const FileKind kind = kind_of(file);
  Images images = kind == FileKind::Csv ? read_row_images(std::move(file), source, shape)
                                        : read_array_images(kind, std::move(file), source, shape);
  if (!source.labels.empty()) read_labels(source.labels, images);
  return encode(
      std::move(images.frames), std::move(images.labels), encoder, grid, seed, source.images);
}

InputData encode_currents(const InputData& currents,
                          std::size_t units,
                          const EncoderSpec& encoder,
                          const StepGrid& grid,
                          Seed seed,
                          const std::string& file) {
  if (units > kMostTextValues / grid.steps)
    throw InputError(file,
                     "",
                     "is a table of " + std::to_string(grid.steps) + " steps for " +
                         std::to_string(units) + " elements; encoders take up to " +
                         std::to_string(kMostTextValues) + " values");
  std::vector<double> values(units * grid.steps);
  for (const InputEvent& event : currents.samples[0].events)
    values[event.step * units + event.index] = event.value;
  NumberArray array = array_of(values, {grid.steps, units});
  FrameLayout layout = layout_of(array.header, "tw", {units}, file);
  return encode({std::move(array), std::move(layout), 1.0},
                {currents.samples.label(0)},
                encoder,
                grid,
                seed,
                file);
}

}  // namespace spikeloom
