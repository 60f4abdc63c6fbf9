// A multicast router, cycle for cycle that of docs/concepts/microarchitecture.md: a queue per input
// port and virtual channel, a ternary routing table with a search port per input, a round-robin
// arbiter per output, and what becomes of copies that wait too long.
//
// Inputs are numbered by port, then by virtual channel, which links only have: link l and channel c
// are l * Channels + c, Io and the cores follow, and the dropped-packet register is the last one.
// Outputs are numbered by port.

module sl_router #(
  parameter  int unsigned Cores = 1,
  parameter  int unsigned Channels = 1,
  parameter  int unsigned TableEntries = 16,
  parameter  int unsigned QueuePackets = 4,
  parameter  int unsigned LookupCycles = 2,
  parameter  int unsigned Interval = 1,           // of the switch: cycles per packet
  parameter  int unsigned LinkCycles = 1,         // serialization on links within a chip
  parameter  int unsigned LinkPayloadCycles = 0,
  parameter  int unsigned ChipLinkCycles = 1,     // and between chips
  parameter  int unsigned ChipLinkPayloadCycles = 0,
  parameter  int unsigned CoreQueuePackets = 8,   // of a core's input queue
  parameter  int unsigned Blocked = 0,            // 1: copies that wait too long are dropped
  parameter  int unsigned Wait1Cycles = 0,
  parameter  int unsigned Wait2Cycles = 0,
  parameter  int unsigned RegisterPackets = 0,    // 0: dropped copies are lost
  parameter  int unsigned RegisterCycles = 1,
  localparam int unsigned PacketBits = sl_pkg::PacketBits,
  localparam int unsigned Links = sl_pkg::LinkCount,
  localparam int unsigned Outputs = sl_pkg::PortCore + Cores,
  localparam int unsigned Queues = Links * Channels + 1 + Cores
) (
  input logic clk_i,
  input logic rst_ni,
  input logic clear_i,

  // What stands around this router; constant.
  input logic [Outputs-1:0] exists_i,         // outputs that lead somewhere
  input logic [  Links-1:0] between_chips_i,  // links
  input logic [  Links-1:0] dateline_i,       // links that cross the dateline of their axis
  input logic [  Links-1:0] detour_i,         // links around which there is an emergency way

  input logic                              cfg_write_i,
  input logic [sl_pkg::MemoryBits-1:0]     cfg_memory_i,
  input logic [31:0]                       cfg_index_i,
  input logic [ 3:0]                       cfg_beat_i,
  input logic [31:0]                       cfg_data_i,

  input  logic [            Queues-1:0] push_i,
  input  logic [Outputs*PacketBits-1:0] packet_i,  // by port
  output logic [            Queues-1:0] credit_o,  // popped

  output logic [           Outputs-1:0] send_o,
  output logic [           Outputs-1:0] channel_o,
  output logic [Outputs*PacketBits-1:0] packet_o,
  input  logic [            Queues-1:0] credit_i,      // of the queue behind the port and channel
  input  logic [             Cores-1:0] credit_all_i,  // a core threw away what was in its queue

  output logic quiet_o
);

  localparam int unsigned HasRegister = Blocked != 0 && RegisterPackets != 0 ? 1 : 0;
  localparam int unsigned Inputs = Queues + HasRegister;
  localparam int unsigned KeyBits = sl_pkg::KeyBits;
  localparam int unsigned IndexBits = TableEntries > 1 ? $clog2(TableEntries) : 1;
  localparam int unsigned WaitBits = Blocked != 0 ? $clog2(Wait1Cycles + Wait2Cycles + 2) : 1;
  localparam int unsigned ClaimBits = PacketBits + 1 + Outputs + 4;

  // A link's interval is that of the switch or its serialization, whichever is longer.
  function automatic [31:0] larger(input [31:0] a, input [31:0] b);
    larger = a > b ? a : b;
  endfunction
  localparam int unsigned BareInterval = larger(Interval, LinkCycles);
  localparam int unsigned PayloadInterval = larger(Interval, LinkCycles + LinkPayloadCycles);
  localparam int unsigned ChipBareInterval = larger(Interval, ChipLinkCycles);
  localparam int unsigned ChipPayloadInterval =
      larger(Interval, ChipLinkCycles + ChipLinkPayloadCycles);
  localparam int unsigned MostInterval = larger(PayloadInterval, ChipPayloadInterval);

  // ---- the routing table ----
  logic [KeyBits-1:0] cfg_key_q, cfg_mask_q;
  logic cfg_entry;
  assign cfg_entry = cfg_write_i && cfg_memory_i == sl_pkg::MemoryRoute;
  always_ff @(posedge clk_i) begin
    if (cfg_entry && cfg_beat_i == 4'd0) cfg_key_q <= cfg_data_i;
    if (cfg_entry && cfg_beat_i == 4'd1) cfg_mask_q <= cfg_data_i;
  end
  logic unused_cfg;
  assign unused_cfg = ^{cfg_index_i, cfg_data_i};

  logic [         Queues-1:0] search, match;
  logic [ Queues*KeyBits-1:0] search_key;
  logic [Queues*Outputs-1:0] answer;
  logic [ Queues*KeyBits-1:0] unused_rest;
  sl_tcam #(
    .Entries  (TableEntries),
    .ValueBits(Outputs),
    .Ports    (Queues)
  ) u_table (
    .clk_i,
    .rst_ni,
    .write_i      (cfg_entry && cfg_beat_i == 4'd2),
    .write_index_i(cfg_index_i[IndexBits-1:0]),
    .write_valid_i(cfg_data_i[31]),
    .write_key_i  (cfg_key_q),
    .write_mask_i (cfg_mask_q),
    .write_value_i(cfg_data_i[Outputs-1:0]),
    .search_i     (search),
    .key_i        (search_key),
    .match_o      (match),
    .value_o      (answer),
    .rest_o       (unused_rest)
  );

  // ---- inputs: who asks for what ----
  logic [             Inputs-1:0] empty;      // nothing in the queue
  logic [             Inputs-1:0] asks;       // the head is eligible
  logic [             Inputs-1:0] pop;
  logic [  Inputs*PacketBits-1:0] head;
  logic [     Inputs*Outputs-1:0] remaining;  // outputs that the head has still to leave by
  logic [       Inputs*Links-1:0] second;     // links that it leaves over channel 1
  logic [     Inputs*Outputs-1:0] detours;    // outputs that it asks for as a first leg
  logic [     Inputs*Outputs-1:0] served;     // of the remaining ones, granted in this cycle
  logic [             Inputs-1:0] expired;    // its time is up in this cycle
  logic [             Inputs-1:0] gives_up;   // and it leaves all that remains
  logic [           Inputs*3-1:0] arrival;    // the link it came by as far as routes go
  logic [             Inputs-1:0] by_link;    // it came by a link
  logic [            Outputs-1:0] can_send0, can_send1;

  for (genvar i = 0; i < Queues; i++) begin : gen_input
    localparam bit IsLink = i < Links * Channels;
    localparam int unsigned Port =
        IsLink ? i / Channels : i - Links * Channels + sl_pkg::PortIo;
    localparam bit Channel = IsLink && (i % Channels) == 1;
    localparam logic [2:0] Link = IsLink ? 3'(Port) : 3'd0;

    logic fresh, has_entry;
    logic [Outputs-1:0] route, claim;
    logic [Outputs-1:0] remaining_q;

    sl_router_input #(
      .Depth       (QueuePackets),
      .LookupCycles(LookupCycles),
      .Interval    (Interval),
      .RouteBits   (Outputs)
    ) u_input (
      .clk_i,
      .rst_ni,
      .clear_i,
      .push_i    (push_i[i]),
      .packet_i  (packet_i[Port*PacketBits +: PacketBits]),
      .search_o  (search[i]),
      .key_o     (search_key[i*KeyBits +: KeyBits]),
      .match_i   (match[i]),
      .route_i   (answer[i*Outputs +: Outputs]),
      .empty_o   (empty[i]),
      .eligible_o(asks[i]),
      .fresh_o   (fresh),
      .packet_o  (head[i*PacketBits +: PacketBits]),
      .match_o   (has_entry),
      .route_o   (route),
      .pop_i     (pop[i])
    );
    assign credit_o[i] = pop[i];

    logic [sl_pkg::DetourBits-1:0] detour;
    assign detour = head[i*PacketBits+sl_pkg::DetourLsb +: sl_pkg::DetourBits];
    assign by_link[i] = IsLink;
    assign arrival[i*3 +: 3] =
        IsLink && detour == sl_pkg::DetourSecondLeg ? sl_pkg::next_link(Link) : Link;

    // On the first leg of a detour the way is known. Without an entry a packet goes straight on.
    always_comb begin
      claim = '0;
      if (asks[i] && fresh) begin
        if (IsLink && detour == sl_pkg::DetourFirstLeg)
          claim = Outputs'(1) << sl_pkg::next_link(Link);
        else if (has_entry) claim = route;
        else if (IsLink) claim = Outputs'(1) << sl_pkg::opposite_link(arrival[i*3 +: 3]);
      end
    end
    assign remaining[i*Outputs +: Outputs] =
        !asks[i] ? '0 : fresh ? claim & exists_i : remaining_q;
    always_ff @(posedge clk_i) begin
      if (asks[i])
        remaining_q <= remaining[i*Outputs +: Outputs] & ~served[i*Outputs +: Outputs];
    end

    if (Channels == 1) begin : gen_one_channel
      assign second[i*Links +: Links] = '0;
      logic unused_arrival;
      assign unused_arrival = ^{arrival[i*3 +: 3], dateline_i};
    end else begin : gen_two_channels
      logic [Links-1:0] same_axis;
      assign same_axis = Links'(1) << arrival[i*3 +: 3] |
                         Links'(1) << sl_pkg::opposite_link(arrival[i*3 +: 3]);
      assign second[i*Links +: Links] =
          IsLink && detour == sl_pkg::DetourFirstLeg ? {Links{Channel}} :
          Channel ? dateline_i | same_axis : dateline_i;
    end
  end

  // The dropped-packet register is an input of its own: its packets ask for what they gave up.
  if (HasRegister != 0) begin : gen_register
    localparam int unsigned R = Queues;
    logic [ClaimBits-1:0] kept, written;
    logic has_place, write, fresh_q;
    logic [Outputs-1:0] claim, remaining_q, left;
    logic channel;
    logic [sl_pkg::DetourBits-1:0] detour;
    logic [Links-1:0] same_axis;

    sl_drop_register #(
      .Packets (RegisterPackets),
      .Cycles  (RegisterCycles),
      .Interval(Interval),
      .Width   (ClaimBits)
    ) u_register (
      .clk_i,
      .rst_ni,
      .clear_i,
      .write_i    (write),
      .data_i     (written),
      .has_place_o(has_place),
      .empty_o    (empty[R]),
      .eligible_o (asks[R]),
      .head_o     (kept),
      .pop_i      (pop[R])
    );

    assign {by_link[R], arrival[R*3 +: 3], claim, channel, head[R*PacketBits +: PacketBits]} = kept;
    assign detour = head[R*PacketBits+sl_pkg::DetourLsb +: sl_pkg::DetourBits];
    assign remaining[R*Outputs +: Outputs] = !asks[R] ? '0 : fresh_q ? claim : remaining_q;
    always_ff @(posedge clk_i) begin
      if (asks[R])
        remaining_q <= remaining[R*Outputs +: Outputs] & ~served[R*Outputs +: Outputs];
    end
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) fresh_q <= 1'b1;
      else if (clear_i) fresh_q <= 1'b1;
      else if (asks[R]) fresh_q <= pop[R];
    end

    assign same_axis = Links'(1) << arrival[R*3 +: 3] |
                       Links'(1) << sl_pkg::opposite_link(arrival[R*3 +: 3]);
    assign second[R*Links +: Links] =
        Channels == 1 ? '0 :
        detour == sl_pkg::DetourFirstLeg ? {Links{channel}} :
        channel && by_link[R] ? dateline_i | same_axis : dateline_i;

    // One write port, for the first input whose time is up. If there is no place all are lost, but
    // for the register's own head, which goes to the end in its own place.
    always_comb begin
      write    = 1'b0;
      gives_up = '0;
      written  = '0;
      left     = '0;
      if (expired != '0) begin
        for (int i = 0; i < Inputs; i++) begin
          left = remaining[i*Outputs +: Outputs] & ~served[i*Outputs +: Outputs];
          if (expired[i] && left != '0) begin
            if (i != R && !has_place) gives_up[i] = 1'b1;
            else if (!write) begin
              write       = 1'b1;
              gives_up[i] = 1'b1;
              written = {
                by_link[i],
                arrival[i*3 +: 3],
                left,
                i == R ? channel : 1'(i < Links * Channels && (i % Channels) == 1),
                head[i*PacketBits +: PacketBits]
              };
            end
          end
        end
      end
    end
  end else begin : gen_no_register
    assign gives_up = Blocked != 0 ? expired : '0;
    logic unused_origin;
    assign unused_origin = ^{arrival, by_link};
  end

  for (genvar i = 0; i < Inputs; i++) begin : gen_end
    logic [Outputs-1:0] left;
    assign left   = remaining[i*Outputs +: Outputs] & ~served[i*Outputs +: Outputs];
    assign pop[i] = asks[i] && (left == '0 || gives_up[i]);
  end

  // ---- how long heads have waited, and the emergency way ----
  if (Blocked == 0) begin : gen_wait_for_ever
    assign expired = '0;
    assign detours = '0;
    logic unused_detour;
    assign unused_detour = ^detour_i;
  end else begin : gen_wait
    logic [Links-1:0] link_free0, link_free1;
    assign link_free0 = can_send0[Links-1:0];
    assign link_free1 = can_send1[Links-1:0];
    for (genvar i = 0; i < Inputs; i++) begin : gen_waiting
      logic [WaitBits-1:0] waited_q;
      logic may_detour;
      logic [sl_pkg::DetourBits-1:0] detour;
      assign detour     = head[i*PacketBits+sl_pkg::DetourLsb +: sl_pkg::DetourBits];
      assign expired[i] = asks[i] && waited_q == WaitBits'(Wait1Cycles + Wait2Cycles);
      // A wait of 0 is always over.
      // verilator lint_off UNSIGNED
      assign may_detour = asks[i] && waited_q >= WaitBits'(Wait1Cycles) && !expired[i] &&
                          detour != sl_pkg::DetourFirstLeg;
      // verilator lint_on UNSIGNED
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) waited_q <= '0;
        else if (clear_i) waited_q <= '0;
        else if (pop[i]) waited_q <= '0;
        else if (asks[i] && !expired[i]) waited_q <= waited_q + 1'b1;
      end

      // Only around a link that can take no packet now, so a copy never leaves by both ways at once.
      for (genvar o = 0; o < Outputs; o++) begin : gen_leg
        if (o < Links) begin : gen_link
          localparam logic [2:0] Around = sl_pkg::blocked_link(3'(o));
          logic uses_second;
          assign uses_second = second[i*Links + 32'(Around)];
          assign detours[i*Outputs + o] =
              may_detour && detour_i[Around] && remaining[i*Outputs + 32'(Around)] &&
              !remaining[i*Outputs + o] &&
              !(uses_second ? link_free1[Around] : link_free0[Around]) &&
              (uses_second ? link_free1[o] : link_free0[o]);
        end else begin : gen_no_link
          assign detours[i*Outputs + o] = 1'b0;
        end
      end
    end
  end

  // ---- outputs ----
  logic [Outputs*Inputs-1:0] grants;
  for (genvar o = 0; o < Outputs; o++) begin : gen_output
    localparam bit IsLink = o < Links;
    localparam bit IsIo = o == sl_pkg::PortIo;
    localparam int unsigned OutChannels = IsLink ? Channels : 1;
    localparam int unsigned Queue = IsLink ? o * Channels : o - sl_pkg::PortIo + Links * Channels;
    localparam int unsigned MostHere = IsLink ? MostInterval : Interval;
    localparam int unsigned IntervalBitsHere = $clog2(MostHere + 1);
    localparam logic [2:0] Around = IsLink ? sl_pkg::blocked_link(3'(o)) : 3'd0;

    logic [Inputs-1:0] wanted, around, request, grant, on_second, around_on_second;
    logic [OutChannels-1:0] can_send;
    logic [PacketBits-1:0] packet;
    logic [IntervalBitsHere-1:0] interval;
    logic channel, is_detour;

    for (genvar i = 0; i < Inputs; i++) begin : gen_request
      assign wanted[i]           = remaining[i*Outputs + o];
      assign around[i]           = detours[i*Outputs + o];
      assign on_second[i]        = IsLink && Channels == 2 ? second[i*Links + (IsLink ? o : 0)]
                                                           : 1'b0;
      assign around_on_second[i] = IsLink && Channels == 2 ? second[i*Links + 32'(Around)] : 1'b0;
    end
    assign can_send0[o] = can_send[0];
    assign can_send1[o] = can_send[OutChannels-1];
    assign request = (wanted & ~on_second & {Inputs{can_send0[o]}}) |
                     (wanted & on_second & {Inputs{can_send1[o]}}) | around;
    assign is_detour = (grant & around) != '0;
    assign channel   = (grant & (is_detour ? around_on_second : on_second)) != '0;

    sl_router_output #(
      .Inputs      (Inputs),
      .Channels    (OutChannels),
      .Credits     (IsIo ? 0 : IsLink ? QueuePackets : CoreQueuePackets),
      .MostInterval(MostHere)
    ) u_output (
      .clk_i,
      .rst_ni,
      .clear_i,
      .credit_i    (credit_i[Queue +: OutChannels]),
      .credit_all_i(IsLink || IsIo ? 1'b0 : credit_all_i[IsLink || IsIo ? 0 : o-sl_pkg::PortCore]),
      .can_send_o  (can_send),
      .request_i   (request),
      .grant_o     (grant),
      .channel_i   (channel),
      .interval_i  (interval)
    );

    // The winner's packet, and how it crosses its next link.
    logic [sl_pkg::DetourBits-1:0] detour, next_detour;
    always_comb begin
      packet = '0;
      if (grant != '0) begin
        for (int i = 0; i < Inputs; i++) begin
          if (grant[i]) packet = packet | head[i*PacketBits +: PacketBits];
        end
      end
    end
    assign detour      = packet[sl_pkg::DetourLsb +: sl_pkg::DetourBits];
    assign next_detour = !IsLink ? detour :
                         is_detour ? sl_pkg::DetourFirstLeg :
                         detour == sl_pkg::DetourFirstLeg ? sl_pkg::DetourSecondLeg
                                                          : sl_pkg::DetourNone;
    if (IsLink) begin : gen_link_interval
      logic has_payload;
      assign has_payload = packet[sl_pkg::PayloadLsb +: sl_pkg::PayloadBits] != '0;
      assign interval = between_chips_i[o]
          ? IntervalBitsHere'(has_payload ? ChipPayloadInterval : ChipBareInterval)
          : IntervalBitsHere'(has_payload ? PayloadInterval : BareInterval);
    end else begin : gen_interval
      assign interval = IntervalBitsHere'(Interval);
    end

    assign grants[o*Inputs +: Inputs] = grant;
    assign send_o[o]    = grant != '0;
    assign channel_o[o] = channel;
    assign packet_o[o*PacketBits +: PacketBits] = {next_detour, packet[sl_pkg::DetourLsb-1:0]};
  end

  // A copy is served by its own output, or by the first leg around it.
  for (genvar i = 0; i < Inputs; i++) begin : gen_served
    for (genvar o = 0; o < Outputs; o++) begin : gen_served_output
      if (o < Links) begin : gen_link
        localparam int unsigned Leg = 32'(sl_pkg::next_link(3'(o)));
        assign served[i*Outputs + o] =
            (grants[o*Inputs + i] && remaining[i*Outputs + o]) ||
            (grants[Leg*Inputs + i] && detours[i*Outputs + Leg]);
      end else begin : gen_no_link
        assign served[i*Outputs + o] = grants[o*Inputs + i];
      end
    end
  end

  assign quiet_o = &empty;

endmodule
