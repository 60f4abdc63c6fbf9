// A link between two routers, both its ends: it takes a packet apart into CyclesPerPacket parts, and
// its payload into PayloadCycles more, if that is not 0; LatencyCycles - 1 registers lead to the
// other end, where the packet is put together again as its last part arrives. Credits come back
// over as many registers.

module sl_link #(
  parameter  int unsigned Channels = 1,
  parameter  int unsigned LatencyCycles = 1,
  parameter  int unsigned CyclesPerPacket = 1,
  parameter  int unsigned PayloadCycles = 0,
  localparam int unsigned PacketBits = sl_pkg::PacketBits
) (
  input logic clk_i,
  input logic rst_ni,
  input logic clear_i,

  // The sender waits CyclesPerPacket (and PayloadCycles) after each packet.
  input  logic                  send_i,
  input  logic                  channel_i,
  input  logic [PacketBits-1:0] packet_i,
  output logic [  Channels-1:0] credit_o,

  output logic [  Channels-1:0] push_o,
  output logic [PacketBits-1:0] packet_o,
  input  logic [  Channels-1:0] credit_i,

  output logic empty_o  // nothing under way but credits
);

  localparam int unsigned PayloadBits = sl_pkg::PayloadBits;
  localparam int unsigned PayloadLsb = sl_pkg::PayloadLsb;
  localparam int unsigned Parts = CyclesPerPacket + PayloadCycles;
  // The header: whether a payload follows, the virtual channel, and the packet without its payload
  // if that has cycles of its own.
  localparam int unsigned BareBits = PacketBits - PayloadBits;
  localparam int unsigned HeaderBits = 2 + (PayloadCycles == 0 ? PacketBits : BareBits);
  localparam int unsigned HeaderPart = (HeaderBits + CyclesPerPacket - 1) / CyclesPerPacket;
  localparam int unsigned PayloadPart =
      PayloadCycles == 0 ? 1 : (PayloadBits + PayloadCycles - 1) / PayloadCycles;
  localparam int unsigned PartBits = HeaderPart > PayloadPart ? HeaderPart : PayloadPart;
  localparam int unsigned FrameBits = Parts * PartBits;
  localparam int unsigned HeaderFrameBits = CyclesPerPacket * PartBits;
  localparam int unsigned CountBits = $clog2(Parts + 1);

  // ---- the sender's end ----
  logic has_payload;
  assign has_payload = packet_i[PayloadLsb +: PayloadBits] != '0;

  logic [FrameBits-1:0] frame;
  if (PayloadCycles == 0) begin : gen_frame
    assign frame = FrameBits'({packet_i, channel_i, has_payload});
  end else begin : gen_frame_with_payload
    assign frame = {
      (PayloadCycles * PartBits)'(packet_i[PayloadLsb +: PayloadBits]),
      HeaderFrameBits'({packet_i[PacketBits-1:PayloadLsb+PayloadBits], packet_i[PayloadLsb-1:0],
                        channel_i, has_payload})
    };
  end

  logic part_valid;
  logic [PartBits-1:0] part;
  logic sender_empty;
  if (Parts == 1) begin : gen_one_part
    assign part_valid   = send_i;
    assign part         = frame;
    assign sender_empty = 1'b1;
  end else begin : gen_parts
    logic [FrameBits-1:0] frame_q;
    logic [CountBits-1:0] left_q;
    always_ff @(posedge clk_i) begin
      if (send_i) frame_q <= frame >> PartBits;
      else if (left_q != '0) frame_q <= frame_q >> PartBits;
    end
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) left_q <= '0;
      else if (clear_i) left_q <= '0;
      else if (send_i)
        left_q <= CountBits'((has_payload ? Parts : CyclesPerPacket) - 1);
      else if (left_q != '0) left_q <= left_q - 1'b1;
    end
    assign part_valid   = send_i || left_q != '0;
    assign part         = send_i ? frame[PartBits-1:0] : frame_q[PartBits-1:0];
    assign sender_empty = left_q == '0;
  end

  // ---- the wires ----
  logic [PartBits:0] arriving;
  logic [Channels-1:0] returning;
  logic wires_empty;
  if (LatencyCycles == 1) begin : gen_no_registers
    assign arriving    = {part_valid, part};
    assign returning   = credit_i;
    assign wires_empty = 1'b1;
  end else begin : gen_registers
    localparam int unsigned Stages = LatencyCycles - 1;
    logic [Stages*PartBits-1:0] parts_q;
    logic [Stages-1:0] valid_q;
    logic [Stages*Channels-1:0] credits_q;
    always_ff @(posedge clk_i) begin
      if (part_valid || valid_q != '0) parts_q <= (Stages * PartBits)'({parts_q, part});
    end
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        valid_q   <= '0;
        credits_q <= '0;
      end else if (clear_i) begin
        valid_q   <= '0;
        credits_q <= '0;
      end else begin
        valid_q   <= Stages'({valid_q, part_valid});
        credits_q <= (Stages * Channels)'({credits_q, credit_i});
      end
    end
    assign arriving    = {valid_q[Stages-1], parts_q[(Stages-1)*PartBits +: PartBits]};
    assign returning   = credits_q[(Stages-1)*Channels +: Channels];
    assign wires_empty = valid_q == '0;
  end
  assign credit_o = returning;

  // ---- the receiver's end ----
  logic arrives;
  logic [FrameBits-1:0] whole;
  logic receiver_empty;
  if (Parts == 1) begin : gen_whole
    assign arrives        = arriving[PartBits];
    assign whole          = arriving[PartBits-1:0];
    assign receiver_empty = 1'b1;
  end else begin : gen_assembly
    logic [(Parts-1)*PartBits-1:0] parts_q;  // those that have come, the last one on top
    logic [CountBits-1:0] count_q;
    logic [CountBits-1:0] parts_of_packet;
    logic announces_payload, is_last;
    logic [FrameBits-1:0] shifted;
    // The first part says how many there are.
    logic payload_q;
    assign announces_payload = count_q == '0 ? arriving[0] : payload_q;
    assign parts_of_packet   = CountBits'(announces_payload ? Parts : CyclesPerPacket);
    assign is_last           = arriving[PartBits] && count_q + 1'b1 == parts_of_packet;
    assign shifted           = {arriving[PartBits-1:0], parts_q};
    always_ff @(posedge clk_i) begin
      if (arriving[PartBits]) begin
        parts_q   <= shifted[FrameBits-1:PartBits];
        payload_q <= announces_payload;
      end
    end
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) count_q <= '0;
      else if (clear_i) count_q <= '0;
      else if (arriving[PartBits]) count_q <= is_last ? '0 : count_q + 1'b1;
    end
    assign arrives = is_last;
    // Without a payload the header's parts are the upper ones.
    if (PayloadCycles == 0) begin : gen_all
      assign whole = shifted;
    end else begin : gen_either
      assign whole = announces_payload ? shifted
                                       : FrameBits'(shifted[FrameBits-1 -: HeaderFrameBits]);
    end
    assign receiver_empty = count_q == '0;
  end

  logic channel;
  assign channel = whole[1];
  if (PayloadCycles == 0) begin : gen_packet
    assign packet_o = whole[2 +: PacketBits];
  end else begin : gen_packet_with_payload
    assign packet_o = {
      whole[2+PayloadLsb +: sl_pkg::DetourBits],
      whole[HeaderFrameBits +: PayloadBits],
      whole[2 +: PayloadLsb]
    };
  end
  for (genvar c = 0; c < Channels; c++) begin : gen_push
    assign push_o[c] = arrives && (Channels == 1 || channel == 1'(c));
  end
  assign empty_o = sender_empty && wires_empty && receiver_empty;

  logic unused;
  assign unused = ^{whole, channel, clk_i, rst_ni, clear_i};

endmodule
