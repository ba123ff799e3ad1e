using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Athena.Dashboard.Tests.Rules;

/// <summary>Which types of an assembly use which others of it: in signatures, attributes, and method bodies.</summary>
internal static class AssemblyReferences
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>Pairs of outermost types, each pair once, without references of a type to itself.</summary>
    public static IEnumerable<(Type From, Type To)> Of(Assembly assembly) =>
        from type in assembly.GetTypes()
        let owner = Outermost(type)
        from used in UsedBy(type).SelectMany(Parts).Where(used => used.Assembly == assembly).Select(Outermost).Distinct()
        where used != owner
        group used by (owner, used) into pair
        select pair.Key;

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<Type> Parts(Type? type) => type switch
    {
        null or { IsGenericParameter: true } => [],
        { HasElementType: true } => Parts(type.GetElementType()),
        { IsGenericType: true } => type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()),
        _ => [type],
    };

    private static IEnumerable<Type?> UsedBy(Type type)
    {
        yield return type.BaseType;
        foreach (var used in type.GetInterfaces()) yield return used;
        foreach (var used in AttributesOf(type)) yield return used;
        foreach (var argument in type.GetGenericArguments().Where(argument => argument.IsGenericParameter))
        {
            foreach (var used in argument.GetGenericParameterConstraints()) yield return used;
        }

        foreach (var field in type.GetFields(Everything)) yield return field.FieldType;
        foreach (var member in type.GetMembers(Everything))
        {
            foreach (var used in AttributesOf(member)) yield return used;
        }

        foreach (var method in type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything)))
        {
            yield return (method as MethodInfo)?.ReturnType;
            foreach (var parameter in method.GetParameters()) yield return parameter.ParameterType;
            foreach (var used in BodyOf(method)) yield return used;
        }
    }

    private static IEnumerable<Type> AttributesOf(MemberInfo member) =>
        member.GetCustomAttributesData().SelectMany(data => data.ConstructorArguments.Select(argument => argument.Value).OfType<Type>().Append(data.AttributeType));

    private static IEnumerable<Type?> BodyOf(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body) yield break;
        foreach (var local in body.LocalVariables) yield return local.LocalType;
        foreach (var clause in body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause)) yield return clause.CatchType;
        foreach (var token in TokensOf(body.GetILAsByteArray()!))
        {
            switch (Resolve(method, token))
            {
                case Type type:
                    yield return type;
                    break;
                case FieldInfo field:
                    yield return field.DeclaringType;
                    yield return field.FieldType;
                    break;
                case MethodBase called:
                    yield return called.DeclaringType;
                    yield return (called as MethodInfo)?.ReturnType;
                    foreach (var parameter in called.GetParameters()) yield return parameter.ParameterType;
                    if (called.IsGenericMethod)
                    {
                        foreach (var argument in called.GetGenericArguments()) yield return argument;
                    }

                    break;
            }
        }
    }

    private static MemberInfo? Resolve(MethodBase method, int token) =>
        method.Module.ResolveMember(
            token,
            method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
            method.IsGenericMethod ? method.GetGenericArguments() : null);

    private static IEnumerable<int> TokensOf(byte[] il)
    {
        for (var at = 0; at < il.Length;)
        {
            var code = il[at] == 0xFE ? OpCodes[unchecked((short)(0xFE00 | il[at + 1]))] : OpCodes[il[at]];
            at += code.Size;
            if (code.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
                yield return Unsafe.ReadUnaligned<int>(ref il[at]);
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * Unsafe.ReadUnaligned<int>(ref il[at])),
                _ => 4,
            };
        }
    }
}
